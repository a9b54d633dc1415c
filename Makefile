# Every verb of the house. `make` alone lists them.
PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= python3
RUN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run demo test cover check fix lock docs vendor bench clean

help: ## list the verbs 列出命令
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r verb text; do printf '  make %-8s %s\n' "$$verb" "$$text"; done

setup: $(STAMP) ## virtual environment and libraries 安装
	@bin/install-system || true

$(STAMP): requirements/dev.txt pyproject.toml
	@PYTHON=$(PYTHON) bin/install

run: $(STAMP) ## the platform with synthetic data on PORT 启动演示
	@exec $(RUN)/jianguan up --demo --host $(HOST) --port $(PORT)

demo: run ## the same as run 同 run

test: $(STAMP) ## every check and every test 全部测试
	@bin/install-system
	@exec $(RUN)/python -m pytest -n 2 --dist loadgroup

cover: $(STAMP) ## every test with the lines it reached 覆盖率
	@bin/install-system
	@exec $(RUN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term

check: $(STAMP) ## style, types and imports only 静态检查
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

fix: $(STAMP) ## repair what can be repaired by machine 自动修正
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

lock: $(STAMP) ## resolve requirements/*.in into hashed *.txt 锁定依赖
	@bin/lock

docs: $(STAMP) ## the manual into site-docs/ 手册
	$(RUN)/mkdocs build --strict --site-dir site-docs

vendor: $(STAMP) ## fetch the pages' assets named in bin/vendor-assets.toml 前端资源
	$(RUN)/python bin/vendor-assets

bench: $(STAMP) ## every benchmark with its reference 基准
	$(RUN)/jianguan bench all

clean: ## remove caches and the virtual environment, never var/ 清理
	rm -rf .venv .cache .ruff_cache .mypy_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov site-docs
